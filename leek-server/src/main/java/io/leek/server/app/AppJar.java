package io.leek.server.app;

import io.leek.server.app.AppFailedException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** An executable jar of an application with Leek. */
record AppJar(Path jar, List<String> jvmArgs, List<String> args) implements App {

    /** Where executable jars and wars of Spring Boot keep their libraries. */
    private static final List<String> LIBRARIES = List.of("BOOT-INF/lib/", "WEB-INF/lib/");

    private static final String STARTER = "leek-spring-boot-starter";

    /** Looks into the jar, so that what can never be a worker is said at once. */
    static AppJar find(Path jar, List<String> jvmArgs, List<String> args) {
        if (!Files.isRegularFile(jar)) {
            throw unfit(jar, Files.exists(jar) ? "is no file" : "is not there");
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            if (manifest == null || manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS) == null) {
                throw unfit(jar, "has no Main-Class in its manifest, so it can't be run by java -jar");
            }
            List<String> libraries = libraries(file);
            if (!libraries.isEmpty() && libraries.stream().noneMatch(name -> name.contains(STARTER))) {
                throw unfit(jar, "has no " + STARTER + " among its libraries, so it would never join as a worker");
            }
        } catch (ZipException e) {
            throw unfit(jar, "is no jar (" + e.getMessage() + ")");
        } catch (IOException e) {
            throw unfit(jar, "can't be read (" + e + ")");
        }
        return new AppJar(jar, jvmArgs, args);
    }

    private static List<String> libraries(JarFile file) {
        return file.stream()
                .map(entry -> entry.getName())
                .filter(name -> LIBRARIES.stream().anyMatch(name::startsWith))
                .toList();
    }

    private static AppFailedException unfit(Path jar, String why) {
        return new AppFailedException(
                Kind.NOT_STARTABLE,
                "The application's jar " + jar.toAbsolutePath().normalize() + " " + why);
    }

    @Override
    public String name() {
        return String.valueOf(jar.getFileName());
    }

    @Override
    public List<String> commandLine() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArgs);
        command.add("-jar");
        command.add(jar.toString());
        command.add("--leek.role=worker");
        command.addAll(args);
        return command;
    }

    @Override
    public Map<String, String> environment(String address, @Nullable String password) {
        return Map.of();
    }

    @Override
    public boolean hearsStop() {
        return true;
    }

    @Override
    public boolean hasToJoin() {
        return true;
    }
}
