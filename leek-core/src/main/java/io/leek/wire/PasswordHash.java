package io.leek.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The protocol's salted password hash. */
public final class PasswordHash {

    private PasswordHash() {}

    /** Hex of SHA-256 applied so many times, first to password and salt as UTF-8, then to the digest. */
    public static String of(String password, String salt, int iterations) {
        MessageDigest sha = sha256();
        byte[] digest = sha.digest((password + salt).getBytes(StandardCharsets.UTF_8));
        for (int i = 1; i < iterations; i++) {
            digest = sha.digest(digest);
        }
        return HexFormat.of().formatHex(digest);
    }

    /** Compares without telling by its time how much was equal. */
    public static boolean matches(String expected, String actual) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
