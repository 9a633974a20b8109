package io.leek.server.app;

import io.leek.server.app.AppFailedException.Kind;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Any other program that speaks the protocol. It may know nothing of a companion, so where there is a shell, a few lines
 * of it see to it that the program ends when the companion is gone.
 */
record AppCommand(List<String> command) implements App {

    private static final Path SHELL = Path.of("/bin/sh");
    private static final String WATCH = "supervised.sh";

    static AppCommand find(List<String> command) {
        String program = command.get(0);
        if (Files.isExecutable(SHELL) && !isExecutable(program)) {
            throw new AppFailedException(
                    Kind.NOT_STARTABLE,
                    "The program " + program + " of leek.app.command is not there or can't be executed");
        }
        return new AppCommand(command);
    }

    private static boolean isExecutable(String program) {
        if (program.contains("/")) {
            return isExecutable(Path.of(program));
        }
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        return Arrays.stream(path.split(File.pathSeparator)).anyMatch(folder -> isExecutable(Path.of(folder, program)));
    }

    private static boolean isExecutable(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    @Override
    public String name() {
        return String.valueOf(Path.of(command.get(0)).getFileName());
    }

    @Override
    public List<String> commandLine() {
        if (!Files.isExecutable(SHELL)) {
            return command;
        }
        List<String> watched = new ArrayList<>(List.of(SHELL.toString(), "-c", script(), "leek"));
        watched.addAll(command);
        return watched;
    }

    private static String script() {
        try (InputStream script = AppCommand.class.getResourceAsStream(WATCH)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code LEEK_ROLE} is for a program that is an application with Leek, started in a way of its own. */
    @Override
    public Map<String, String> environment(String address, @Nullable String password) {
        // A plus sign means a space in forms only, not in an address.
        String secret = password == null
                ? ""
                : ":" + URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20") + "@";
        return Map.of("FAKTORY_URL", "tcp://" + secret + address, "LEEK_ROLE", "worker");
    }

    @Override
    public boolean hearsStop() {
        return false;
    }

    @Override
    public boolean hasToJoin() {
        return false;
    }
}
