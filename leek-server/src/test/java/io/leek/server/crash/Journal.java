package io.leek.server.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a worker process has done, line by line: the operating system keeps what was written before a kill. */
final class Journal {

    static final String BEGUN = "begun";
    static final String ENDED = "ended";

    /** The server has said that the outcome stands. */
    static final String CONFIRMED = "confirmed";

    private final FileChannel file;

    Journal(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        file = FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    void add(String what, String jid) {
        try {
            synchronized (file) {
                file.write(ByteBuffer.wrap((what + " " + jid + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
