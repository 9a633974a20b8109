package io.leek.spring.tx.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** The transfers that were acknowledged, on the disk line by line; several at once are synced together. */
final class Journal implements AutoCloseable {

    private static final String END = "";

    private final Path file;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> written;

    Journal(Path file) {
        this.file = file;
        written = CompletableFuture.runAsync(this::write, run -> new Thread(run, "journal").start());
    }

    void acknowledged(long transfer) {
        lines.add(transfer + "\n");
    }

    List<Long> read() throws IOException {
        return Files.readAllLines(file).stream().map(Long::valueOf).toList();
    }

    private void write() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            String line = lines.take();
            while (!line.equals(END)) {
                channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
                if (lines.isEmpty()) {
                    channel.force(false);
                }
                line = lines.take();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns once all is written. */
    @Override
    public void close() {
        lines.add(END);
        written.join();
    }
}
