package io.leek.server;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the companion that an application shares with it.
 *
 * @param bind Addresses to listen at, each as host:port.
 * @param password Password that clients must know.
 * @param schema Schema of Leek's own tables.
 */
@ConfigurationProperties("leek")
public record CompanionProperties(
        @DefaultValue("localhost:8002") List<String> bind,
        @Nullable String password,
        @DefaultValue("leek") String schema) {}
