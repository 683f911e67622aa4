/** The application's data source: a pool of plain JDBC connections whose commits can wait. */
package dev.duplex.producer.datasource;
