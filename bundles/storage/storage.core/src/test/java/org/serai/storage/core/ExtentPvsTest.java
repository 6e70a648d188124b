package org.serai.storage.core;

class ExtentPvsTest extends PvsTest {
    @Override
    String driver() {
        return "extent";
    }
}
