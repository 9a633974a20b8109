package io.leek.log;

/**
 * A property as somebody has set it.
 *
 * @param name in its canonical form, as far as it can be told from where it is set
 * @param value as it is written there
 * @param origin where that is, in a few words
 * @param fromEnvironment whether that is the environment, in which others put names of their own
 */
public record Setting(String name, String value, String origin, boolean fromEnvironment) {}
