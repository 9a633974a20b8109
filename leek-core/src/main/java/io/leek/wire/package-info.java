/** What client and server say to each other: the Faktory Work Protocol, version 2, and Leek's own verb. */
@NullMarked
package io.leek.wire;

import org.jspecify.annotations.NullMarked;
