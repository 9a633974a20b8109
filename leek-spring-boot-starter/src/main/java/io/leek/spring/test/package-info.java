/** Inline mode for users' tests: every offload runs at once in the caller's thread. */
@NullMarked
package io.leek.spring.test;

import org.jspecify.annotations.NullMarked;
