"""What pages share: the frame, the form, the live view, cached readers. Imports `ganlib`, never the reverse."""
