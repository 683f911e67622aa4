package dev.duplex.cli.demo;

import java.io.IOException;
import java.sql.SQLException;

/** A part of the demo's story. */
interface Step {
  String title();

  /** Plays it, and returns when it is over. */
  void play(Stage stage) throws IOException, SQLException, InterruptedException;
}
