/** The Kafka Streams topology that brings the progress and status topics of many links together. */
package dev.duplex.status.topology;
