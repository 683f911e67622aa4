package dev.duplex.kafka.registry;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.Collection;

/** A registry without a server, which can be away. */
public final class RegistryInMemory extends MockSchemaRegistryClient {
  private boolean away;

  public SchemaRegistry open() {
    return new SchemaRegistry(this, "memory");
  }

  public void away(boolean isAway) {
    away = isAway;
  }

  @Override
  public Collection<String> getAllSubjectsByPrefix(String prefix)
      throws IOException, RestClientException {
    if (away) {
      throw new IOException("told to be away");
    }
    return super.getAllSubjectsByPrefix(prefix);
  }
}
