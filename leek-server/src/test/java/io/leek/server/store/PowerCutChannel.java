package io.leek.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import org.h2.store.fs.FileBaseDefault;

/** An open file whose every change the {@link PowerCutDisk} hears of. */
final class PowerCutChannel extends FileBaseDefault {

    private final FileChannel live;
    private final PowerCutDisk.Kept kept;

    PowerCutChannel(FileChannel live, PowerCutDisk.Kept kept) {
        this.live = live;
        this.kept = kept;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return live.read(into, position);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        byte[] bytes = new byte[from.remaining()];
        from.duplicate().get(bytes);
        kept.write(position, bytes);
        return live.write(from, position);
    }

    @Override
    protected void implTruncate(long size) throws IOException {
        kept.truncate(size);
        live.truncate(size);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        kept.force();
    }

    @Override
    public long size() throws IOException {
        return live.size();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return live.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        live.close();
    }
}
