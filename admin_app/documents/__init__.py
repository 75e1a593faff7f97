"""Plain values in, bytes out: certificate pages, QR codes and the limited child."""
