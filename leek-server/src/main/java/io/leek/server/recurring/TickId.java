package io.leek.server.recurring;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The id of a run of a recurring task, which every server makes alike. */
final class TickId {

    private static final int HEX_DIGITS = 32;

    private TickId() {}

    static String of(String name, String identity) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((name + '\n' + identity).getBytes(StandardCharsets.UTF_8));
            return "tick-" + HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
