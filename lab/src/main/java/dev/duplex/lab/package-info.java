/** Real servers as child processes and faults on demand, for the demo, tests and benchmarks. */
package dev.duplex.lab;
