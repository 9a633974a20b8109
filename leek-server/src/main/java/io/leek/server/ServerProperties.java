package io.leek.server;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of a server, in-app and companion alike.
 *
 * @param dataDir Folder of Leek's own H2 file.
 * @param datasource Database to keep the tables in, instead of Leek's own H2 file.
 * @param migrate Whether the server creates and upgrades its tables at start.
 * @param maxQueued Number of queued tasks from which new ones are refused; no limit by default.
 * @param maxCrashes Number of times a task may take its process down before it is parked as failed.
 * @param unknownAfter Time after which tasks whose name no worker knows are parked as failed.
 * @param maxLine Longest line that a client may send, arguments of a task included.
 * @param allowWeakHash Whether clients of version 1 of the protocol may hash the password only once.
 */
@ConfigurationProperties("leek.server")
public record ServerProperties(
        @DefaultValue("leek-data") Path dataDir,
        @Nullable Datasource datasource,
        @DefaultValue("true") boolean migrate,
        @Nullable Long maxQueued,
        @DefaultValue("3") int maxCrashes,
        @DefaultValue("1h") Duration unknownAfter,
        @DefaultValue("8MB") DataSize maxLine,
        @DefaultValue("false") boolean allowWeakHash) {

    /**
     * @param url JDBC URL of the database.
     * @param username User to log in as.
     * @param password Password to log in with.
     */
    public record Datasource(
            @Nullable String url,
            @Nullable String username,
            @Nullable String password) {}

    public ServerProperties {
        if (maxQueued != null && maxQueued < 1) {
            throw new IllegalArgumentException("leek.server.max-queued must be at least 1, but was " + maxQueued);
        }
        if (maxCrashes < 1) {
            throw new IllegalArgumentException("leek.server.max-crashes must be at least 1, but was " + maxCrashes);
        }
        if (unknownAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "leek.server.unknown-after must not be negative, but was " + unknownAfter);
        }
        if (maxLine.toBytes() < 1024 || maxLine.toBytes() > 1024L * 1024 * 1024) {
            throw new IllegalArgumentException("leek.server.max-line must be between 1KB and 1GB, but was " + maxLine);
        }
    }
}
