package dev.duplex.cli.application;

import dev.duplex.config.CommitMode;
import dev.duplex.config.DuplexConfig;
import dev.duplex.producer.Duplex;
import dev.duplex.producer.datasource.CommitReceipt;
import dev.duplex.producer.datasource.DuplexConnection;
import java.io.FileWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An application that inserts one row after the other, with the relay in it, and notes each receipt
 * as {@code id level}. Arguments: configuration, file for the notes. Runs until it is killed.
 */
public final class ReceiptWriter {
  private ReceiptWriter() {}

  /** Writes. */
  public static void main(String[] arguments) throws Exception {
    try (Duplex duplex = Duplex.open(DuplexConfig.load(Path.of(arguments[0])));
        PrintWriter notes =
            new PrintWriter(new FileWriter(arguments[1], StandardCharsets.UTF_8), true)) {
      for (int id = 0; ; id++) {
        try (Connection connection = duplex.dataSource().getConnection()) {
          DuplexConnection ours = connection.unwrap(DuplexConnection.class);
          ours.setCommitMode(id % 2 == 0 ? CommitMode.PUBLISHED : CommitMode.APPLIED);
          connection.setAutoCommit(false);
          try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO account VALUES (" + id + ", 0)");
          }
          connection.commit();
          CommitReceipt receipt = ours.lastCommit();
          if (receipt != null) {
            notes.println(id + " " + receipt.achieved());
          }
        } catch (SQLException e) {
          notes.println(id + " UNKNOWN " + e.getMessage());
        }
      }
    }
  }
}
