// Portable files are compiled twice: by tsc, and by asc to WebAssembly. asc's names of numbers:
declare type i32 = number;
declare type f64 = number;
