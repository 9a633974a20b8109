package io.leek.spring;

import io.leek.client.ServerAddress;
import java.util.function.Supplier;

/**
 * Where the server is.
 *
 * @param workerId an id for a worker that starts now, another at each call
 */
record ServerLocation(Supplier<ServerAddress> address, Supplier<String> workerId) {}
