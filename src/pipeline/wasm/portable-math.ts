/** What portable files use of Math, on the types that WebAssembly has. */
// @ts-ignore: decorator
@global
namespace PortableMath {
  // @ts-ignore: decorator
  @inline
  export function imul(a: i32, b: i32): i32 {
    return a * b;
  }
  // @ts-ignore: decorator
  @inline
  export function floor(x: f64): f64 {
    return f64.floor(x);
  }
  // @ts-ignore: decorator
  @inline
  export function abs(x: f64): f64 {
    return f64.abs(x);
  }
}
