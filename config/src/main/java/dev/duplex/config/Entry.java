package dev.duplex.config;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One value of the file and where it stands.
 *
 * @param path its key with the sections above it
 * @param line the line of its key, counted from 1
 * @param node the value as the parser delivers it
 */
record Entry(String path, int line, Node node) {

  /** Whether nothing stands behind the key. */
  boolean isEmpty() {
    return node.getTag().equals(Tag.NULL);
  }

  /** What a user would call it. */
  String kind() {
    if (node instanceof MappingNode) {
      return "a section";
    }
    return node instanceof SequenceNode ? "a list" : "a single value";
  }

  /** The line of a node, counted from 1. */
  static int lineOf(Node node, int otherwise) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(otherwise);
  }
}
