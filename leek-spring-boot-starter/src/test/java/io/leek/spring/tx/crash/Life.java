package io.leek.spring.tx.crash;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One process from its start to its end, which comes with the test's at the latest. */
final class Life implements AutoCloseable {

    private static final long LONGEST_SECONDS = 90;
    private static final String END = "-- end of output --";

    private final Process process;
    private final List<String> output = new ArrayList<>();
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();

    private Life(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a class of the class path in a JVM of its own. */
    static Life start(Path folder, Class<?> main, String classPath, Map<String, String> environment, List<String> args)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                classPath,
                main.getName()));
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Files.createDirectories(folder).toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        return new Life(builder.start());
    }

    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** What the companion's jar has: neither the tests nor the starter. */
    static String serversClassPath() {
        return String.join(
                File.pathSeparator,
                List.of(classPath().split(File.pathSeparator)).stream()
                        .filter(entry -> !entry.contains("test-classes") && !entry.contains("leek-spring-boot-starter"))
                        .toList());
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Waits for the next line that matches and returns its first group, or all that matches. */
    String awaitLine(String regex) throws InterruptedException {
        Pattern pattern = Pattern.compile(regex);
        while (true) {
            String line = unread.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
            if (line == null || line.equals(END)) {
                throw new AssertionError("The process did not print " + regex + " but:\n" + output());
            }
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
            }
        }
    }

    /** Ends it as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it as it should be ended. */
    void stop() throws InterruptedException {
        // Not of the process itself, which would close its output.
        process.toHandle().destroy();
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The process did not end:\n" + output());
        }
    }

    /** The same for a process that another one has started. */
    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        awaitEnd(pid);
    }

    static void awaitEnd(long pid) {
        ProcessHandle.of(pid).ifPresent(process -> process.onExit()
                .orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS)
                .join());
    }

    /** @param name as {@code kill} knows it, without the dash */
    static void signal(String name, long pid) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + name + " " + pid + " ended with " + code);
        }
    }

    synchronized String output() {
        return String.join("\n", output);
    }

    @Override
    public void close() {
        process.descendants().toList().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("its output ends: " + e);
        } finally {
            unread.add(END);
        }
    }

    private synchronized void add(String line) {
        output.add(line);
        unread.add(line);
    }
}
