from ganlib import plots


def test_each_party_has_a_curve_in_percent_over_steps_at_equal_distances() -> None:
    errors = {"you": {100: 0.0, 2500: 0.25}, "class": {2500: 0.5}}
    figure = plots.verdicts_figure(errors, {"you": "You", "class": "Class (2)"})
    you, shared = figure.data
    assert (list(you.x), list(you.y), you.name) == (["100", "2,500"], [0, 25], "You")
    assert (list(shared.x), list(shared.y), shared.name) == (["2,500"], [50], "Class (2)")
    assert list(figure.layout.xaxis.categoryarray) == ["100", "2,500"]
    assert figure.layout.shapes[0].y0 == 50
