package io.leek.spring;

import io.leek.client.ServerAddress;
import java.util.function.Supplier;

/**
 * Where the server is.
 *
 * @param workerIdPrefix what the ids of workers in this process begin with
 */
record ServerLocation(Supplier<ServerAddress> address, String workerIdPrefix) {}
