/** Of what is made field by field: that costs a fifth of what joining objects does. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
