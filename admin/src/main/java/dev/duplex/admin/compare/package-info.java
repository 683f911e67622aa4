/** Compares both databases row by row, each as it is at one moment. */
package dev.duplex.admin.compare;
