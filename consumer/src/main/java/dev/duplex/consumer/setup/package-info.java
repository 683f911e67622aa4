/** What has to be on the secondary before an applier can start. */
package dev.duplex.consumer.setup;
