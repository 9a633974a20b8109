package io.leek.server.app;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The application that the companion starts as its worker.
 *
 * @param jar Executable jar of the application; the first argument of the command line stands for it.
 * @param args Arguments to start the application's jar with.
 * @param jvmArgs Arguments for the JVM of the application's jar.
 * @param command Program and arguments of any other worker to start instead of a jar.
 */
@ConfigurationProperties("leek.app")
public record AppProperties(
        @Nullable Path jar,
        @DefaultValue List<String> args,
        @DefaultValue List<String> jvmArgs,
        @DefaultValue List<String> command) {}
