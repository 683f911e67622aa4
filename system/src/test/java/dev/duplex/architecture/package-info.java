/** The house (DESIGN §9) as rules on the compiled classes and the sources of all modules. */
package dev.duplex.architecture;
