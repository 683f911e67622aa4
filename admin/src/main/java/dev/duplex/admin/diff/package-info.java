/** Diff files in an operator's hands: applied to the secondary, taken over, given up. */
package dev.duplex.admin.diff;
