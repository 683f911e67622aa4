/**
 * Diff files: what could not be published, on local disk, in commit order
 * (docs/formats/diff-file.md).
 */
package dev.duplex.producer.spool;
