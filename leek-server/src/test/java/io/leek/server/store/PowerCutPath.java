package io.leek.server.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * The files of a {@link PowerCutDisk} as H2 names them. It makes instances of its own, so all this has to be public. Streams
 * are as ever: H2 writes only its log by one.
 */
public final class PowerCutPath extends FilePathWrapper {

    private static final String SCHEME = "powercut";

    static {
        FilePath.register(new PowerCutPath());
    }

    /** What stands before the ending of a database's file in its URL. */
    static String of(Path file) {
        return SCHEME + ":" + file.toAbsolutePath();
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        Path file = Path.of(getBase().toString());
        return new PowerCutChannel(super.open(mode), PowerCutDisk.of(file).file(file));
    }

    @Override
    public void delete() {
        super.delete();
        Path file = Path.of(getBase().toString());
        PowerCutDisk.of(file).remove(file);
    }

    @Override
    public void moveTo(FilePath to, boolean atomic) {
        throw new UnsupportedOperationException("only channels can be cut");
    }
}
