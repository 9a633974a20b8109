package io.leek.server;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A companion in a process of its own, which ends with the test, and so do the processes it has started. */
public final class Companion implements AutoCloseable {

    private static final long LONGEST_SECONDS = 60;
    private static final String END = "-- end of output --";

    private final Process process;
    private final Thread reader;
    private final List<String> output = new ArrayList<>();
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();

    private Companion(Process process) {
        this.process = process;
        reader = new Thread(this::read, "companion-output");
        reader.setDaemon(true);
        reader.start();
    }

    public static Companion start(Path folder, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        if (isInterruptIgnored()) {
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                withoutTests(classpath()),
                LeekServerApplication.class.getName()));
        command.addAll(List.of(args));
        Files.createDirectories(folder);
        return new Companion(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start());
    }

    /** As in what a shell has put into the background: the JVM then ignores it, too, and so do its children. */
    private static boolean isInterruptIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0;
            }
        }
        return false;
    }

    public static String classpath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** Its log is set up as that of the jar. */
    private static String withoutTests(String classpath) {
        return Arrays.stream(classpath.split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Waits for the next line that matches and returns its first group, or all that matches. */
    public String awaitLine(String regex) throws InterruptedException {
        Pattern pattern = Pattern.compile(regex);
        while (true) {
            String line = unread.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
            if (line == null || line.equals(END)) {
                throw new AssertionError("The companion did not print " + regex + " but:\n" + output());
            }
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
            }
        }
    }

    public TestClient client(int port) {
        return TestClient.greeted(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public void terminate() {
        process.toHandle().destroy();
    }

    public int exitCode() throws InterruptedException {
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The companion did not end:\n" + output());
        }
        return process.exitValue();
    }

    public long pid() {
        return process.pid();
    }

    /** All that it has started, and what those have. */
    public List<ProcessHandle> started() {
        return process.descendants().toList();
    }

    /** Waits for its end and returns all that it printed. */
    public String wholeOutput() throws InterruptedException {
        exitCode();
        reader.join(TimeUnit.SECONDS.toMillis(LONGEST_SECONDS));
        return output();
    }

    private synchronized String output() {
        return String.join("\n", output);
    }

    /** The state of a process as Linux has it, {@code Z} for a zombie; a space for one that is gone. */
    public static char state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException gone) {
            return ' ';
        }
    }

    @Override
    public void close() {
        started().forEach(ProcessHandle::destroyForcibly);
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
