package io.leek.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads a server's replies. Anything that is not the protocol ends the connection. */
final class ReplyDecoder extends ByteToMessageDecoder {

    private static final int MAX_LINE = 64 * 1024;

    private final int maxBulk;

    /** Bytes of the bulk under way; -1 between replies. */
    private int bulk = -1;

    ReplyDecoder(int maxBulk) {
        this.maxBulk = maxBulk;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (bulk >= 0) {
            readBulk(in, out);
            return;
        }
        int length = in.bytesBefore((byte) '\n');
        if (length < 0) {
            if (in.readableBytes() > MAX_LINE) {
                throw new TooLongFrameException("a reply's line is longer than " + MAX_LINE + " bytes");
            }
            return;
        }
        String line = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
        in.skipBytes(1);
        readLine(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, out);
    }

    private void readLine(String line, List<Object> out) {
        char first = line.isEmpty() ? ' ' : line.charAt(0);
        String rest = line.isEmpty() ? "" : line.substring(1);
        switch (first) {
            case '+' -> out.add(new Reply.Text(rest));
            case '-' -> {
                int space = rest.indexOf(' ');
                out.add(
                        space < 0
                                ? new Reply.Failure(rest, "")
                                : new Reply.Failure(rest.substring(0, space), rest.substring(space + 1)));
            }
            case '$' -> startBulk(rest, out);
            default ->
                throw new CorruptedFrameException(
                        "a reply starts with '+', '-' or '$', but this one with '" + first + "': is it a Leek server?");
        }
    }

    private void startBulk(String length, List<Object> out) {
        int bytes;
        try {
            bytes = Integer.parseInt(length);
        } catch (NumberFormatException e) {
            throw new CorruptedFrameException("a bulk reply's length must be a number, but was '" + length + "'");
        }
        if (bytes == -1) {
            out.add(Reply.NIL);
        } else if (bytes < 0 || bytes > maxBulk) {
            throw new TooLongFrameException("a bulk reply of " + bytes + " bytes; at most " + maxBulk + " are read");
        } else {
            bulk = bytes;
        }
    }

    private void readBulk(ByteBuf in, List<Object> out) {
        if (in.readableBytes() < bulk + 2) {
            return;
        }
        out.add(new Reply.Bulk(in.readCharSequence(bulk, StandardCharsets.UTF_8).toString()));
        if (in.readByte() != '\r' || in.readByte() != '\n') {
            throw new CorruptedFrameException("a bulk reply of " + bulk + " bytes is not followed by an end of line");
        }
        bulk = -1;
    }
}
