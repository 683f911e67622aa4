/** The whole twin as processes of their own, under load and faults. */
package dev.duplex.cli.system;
