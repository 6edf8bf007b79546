/** What ink needs of es-toolkit (load-screen.ts). */
export { default as throttle } from "es-toolkit/compat/throttle";
