/** An application that uses the library: what docs/application.md shows. */
package dev.duplex.example;
