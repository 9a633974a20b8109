package io.leek.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A jar running in a process of its own; it ends with the test, and so do the processes it has started. */
final class JavaProcess implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final String name;
    private final Process process;
    private final List<String> output = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition written = lock.newCondition();
    private boolean ended;

    private JavaProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread reader = new Thread(this::read, name + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    static JavaProcess start(String name, Path folder, Path jar, String... args) throws IOException {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                jar.toAbsolutePath().toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        // The clean-up of the night is a queued task, too, and no photo's.
        builder.environment().put("SAMPLE_CLEANUP", "-");
        return new JavaProcess(name, builder.start());
    }

    /** Starts a command as it is, in an environment in which nothing else tells Leek or Spring what to do. */
    static JavaProcess start(String name, Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        Files.createDirectories(folder);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(variable -> variable.matches("(LEEK|SPRING)_.*"));
        builder.environment().putAll(environment);
        return new JavaProcess(name, builder.start());
    }

    /** The Java that runs this test. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Waits for a line that matches and returns its first group. */
    String awaitLine(String regex) throws InterruptedException {
        Pattern pattern = Pattern.compile(regex);
        long left = LONGEST.toNanos();
        lock.lock();
        try {
            for (int i = 0; ; i++) {
                while (i == output.size()) {
                    if (ended || left <= 0) {
                        throw new AssertionError(
                                name + " did not print " + regex + " but:\n" + String.join("\n", output));
                    }
                    left = written.awaitNanos(left);
                }
                Matcher matcher = pattern.matcher(output.get(i));
                if (matcher.find()) {
                    return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends it as {@code kill -9} does. Its children notice by themselves, or they don't. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Asks it to end and returns the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        return exitCode();
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(name + " did not end:\n" + output());
        }
        return process.exitValue();
    }

    /** Waits for its end, and says whether it has come. */
    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    String output() {
        lock.lock();
        try {
            return String.join("\n", output);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        children().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("the output broke: " + e);
        }
        lock.lock();
        try {
            ended = true;
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void add(String line) {
        lock.lock();
        try {
            output.add(line);
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
