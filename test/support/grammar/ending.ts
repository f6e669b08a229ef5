/** Whether a stream came to its end, or broke and ends with an error. */
export type Ending = 'whole' | 'error';
