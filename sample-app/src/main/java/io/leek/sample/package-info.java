/** A small photo gallery whose thumbnails are made by an offloaded task. */
@NullMarked
package io.leek.sample;

import org.jspecify.annotations.NullMarked;
