package io.leek.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A folder on a disk whose power can fail: in the middle of a write it notes what would be there afterwards, and goes on,
 * so that whoever writes can be closed. What was written before the last {@code force} of a file is sure to be there; of
 * what was written later a disk may have kept nothing, or any part in any order.
 */
final class PowerCutDisk {

    /** What became of the writes after the last force. */
    enum Unforced {
        DROPPED,
        KEPT_IN_PARTS
    }

    private static final int SECTOR = 512;
    private static final Map<Path, PowerCutDisk> DISKS = new ConcurrentHashMap<>();

    private final Map<Path, Kept> files = new HashMap<>();
    private final Path folder;
    private final Unforced unforced;
    private final Random random;
    private final CompletableFuture<Map<Path, byte[]>> surviving = new CompletableFuture<>();
    private int writesLeft = Integer.MAX_VALUE;

    private PowerCutDisk(Path folder, Unforced unforced, Random random) {
        this.folder = folder;
        this.unforced = unforced;
        this.random = random;
    }

    /** The files that are there count as forced. */
    static PowerCutDisk at(Path folder, Unforced unforced, Random random) throws IOException {
        Path absolute = Files.createDirectories(folder).toAbsolutePath();
        PowerCutDisk disk = new PowerCutDisk(absolute, unforced, random);
        DISKS.put(absolute, disk);
        return disk;
    }

    /** The disk that a file is on. */
    static PowerCutDisk of(Path file) {
        PowerCutDisk disk = DISKS.get(file.getParent());
        if (disk == null) {
            throw new IllegalStateException("There is no disk for " + file);
        }
        return disk;
    }

    /** What follows {@code jdbc:h2:} in the URL of a database in this folder. */
    String database(String name) {
        return PowerCutPath.of(folder.resolve(name));
    }

    /** Cuts the power after so many more writes and truncations. */
    synchronized void cutAfter(int writes) {
        writesLeft = writes;
        cutWhereDue();
    }

    /** Whether the power has been cut. What was forced before this says no survives. */
    boolean isCut() {
        return surviving.isDone();
    }

    /** Waits for the cut and puts what survived it into another folder. */
    void copySurviving(Path to) throws Exception {
        Files.createDirectories(to);
        for (Map.Entry<Path, byte[]> file : surviving.get(1, TimeUnit.MINUTES).entrySet()) {
            Files.write(to.resolve(file.getKey().getFileName()), file.getValue());
        }
    }

    synchronized Kept file(Path file) throws IOException {
        Kept kept = files.get(file);
        if (kept == null) {
            kept = new Kept(Files.readAllBytes(file));
            files.put(file, kept);
        }
        return kept;
    }

    synchronized void remove(Path file) {
        files.remove(file);
    }

    private void cutWhereDue() {
        if (writesLeft == 0 && !isCut()) {
            Map<Path, byte[]> there = new HashMap<>();
            files.forEach((path, kept) -> there.put(path, kept.surviving()));
            surviving.complete(there);
        }
    }

    /** @param bytes null for a truncation */
    private record Write(long position, byte @Nullable [] bytes) {

        byte[] applied(byte[] content) {
            if (bytes == null) {
                return content.length <= position ? content : Arrays.copyOf(content, (int) position);
            }
            int end = (int) position + bytes.length;
            byte[] written = content.length < end ? Arrays.copyOf(content, end) : content;
            System.arraycopy(bytes, 0, written, (int) position, bytes.length);
            return written;
        }

        /** A disk writes whole sectors, and the power may go between two. */
        Write torn(Random random) {
            if (bytes == null || bytes.length <= SECTOR) {
                return this;
            }
            int sectors = random.nextInt(bytes.length / SECTOR + 1);
            return new Write(position, Arrays.copyOf(bytes, sectors * SECTOR));
        }
    }

    /** What is sure of one file, and what is not. */
    final class Kept {

        private final List<Write> since = new ArrayList<>();
        private byte[] forced;

        private Kept(byte[] forced) {
            this.forced = forced;
        }

        void write(long position, byte[] bytes) {
            add(new Write(position, bytes));
        }

        void truncate(long size) {
            add(new Write(size, null));
        }

        private void add(Write write) {
            synchronized (PowerCutDisk.this) {
                since.add(write);
                writesLeft--;
                cutWhereDue();
            }
        }

        void force() {
            synchronized (PowerCutDisk.this) {
                since.forEach(write -> forced = write.applied(forced));
                since.clear();
            }
        }

        private byte[] surviving() {
            byte[] content = forced.clone();
            if (unforced == Unforced.KEPT_IN_PARTS) {
                for (Write write : since) {
                    content = switch (random.nextInt(3)) {
                        case 0 -> content;
                        case 1 -> write.torn(random).applied(content);
                        default -> write.applied(content);
                    };
                }
            }
            return content;
        }
    }
}
