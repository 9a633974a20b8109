package io.leek.spring.tx.crash;

import io.leek.server.LeekServerApplication;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The server with the bank's jar as its worker. */
final class Companion implements AutoCloseable {

    private final Path folder;
    private final Database database;
    private final List<String> workersArguments;
    private final int port;
    private @Nullable Life life;
    private long worker;

    Companion(Path folder, Database database, String... workersArguments) throws IOException {
        this.folder = folder;
        port = Life.freePort();
        this.database = database;
        this.workersArguments = List.of(workersArguments);
    }

    int port() {
        return port;
    }

    /** The process of its worker. */
    long worker() {
        return worker;
    }

    /** Returns once the worker has joined. */
    void start() throws Exception {
        List<String> args = new ArrayList<>(List.of(
                "--leek.bind=localhost:" + port,
                // At random one task may well be met by more kills than the usual three.
                "--leek.server.max-crashes=1000000",
                "--leek.app.jar=" + jar(folder),
                "--leek.app.jvm-args=-XX:TieredStopAtLevel=1,-XX:+UseSerialGC,-Xmx256m",
                "--leek.app.args=" + String.join(",", workersArguments)));
        args.addAll(database.serversArguments());
        life = Life.start(folder, LeekServerApplication.class, Life.serversClassPath(), database.environment(), args);
        awaitNextWorker();
    }

    void awaitNextWorker() throws InterruptedException {
        worker = Long.parseLong(awaitLine("runs as worker \\S+ in process (\\d+)"));
        awaitLine("Worker leek-\\S+/app-\\d+ joined");
    }

    String awaitLine(String regex) throws InterruptedException {
        return there().awaitLine(regex);
    }

    void kill() throws InterruptedException {
        there().kill();
    }

    void stop() throws InterruptedException {
        there().stop();
    }

    String output() {
        return there().output();
    }

    private Life there() {
        if (life == null) {
            throw new IllegalStateException("The server has not been started yet");
        }
        return life;
    }

    /** One that finds its classes where the test has them. */
    private static Path jar(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, Bank.class.getName());
        main.put(
                Attributes.Name.CLASS_PATH,
                List.of(Life.classPath().split(File.pathSeparator)).stream()
                        .map(entry -> Path.of(entry).toUri().toString())
                        .collect(Collectors.joining(" ")));
        Path jar = Files.createDirectories(folder).resolve("bank.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest)) {
            entries.finish();
        }
        return jar;
    }

    @Override
    public void close() {
        if (life != null) {
            life.close();
        }
    }
}
