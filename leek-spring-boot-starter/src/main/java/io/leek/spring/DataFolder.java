package io.leek.spring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.util.FileSystemUtils;

/**
 * The folder of Leek's own file. A test's context gets one of its own below the build's output folder, so that contexts
 * side by side share nothing, and it goes with its context.
 */
record DataFolder(Path path, boolean isOfTest) {

    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);

    /** Set by Spring Boot's test support in every context that it makes. */
    private static final String TEST = "org.springframework.boot.test.context.SpringBootTestContextBootstrapper";

    static DataFolder of(Path configured, Environment environment) {
        if (environment.containsProperty("leek.server.data-dir") || !environment.containsProperty(TEST)) {
            return new DataFolder(configured, false);
        }
        Path output = Files.isDirectory(Path.of("build")) && !Files.exists(Path.of("pom.xml"))
                ? Path.of("build")
                : Path.of("target");
        return new DataFolder(
                output.resolve("leek-test").resolve(UUID.randomUUID().toString()), true);
    }

    void delete() {
        if (isOfTest) {
            try {
                FileSystemUtils.deleteRecursively(path);
            } catch (IOException e) {
                log.debug("{} could not be deleted", path, e);
            }
        }
    }
}
