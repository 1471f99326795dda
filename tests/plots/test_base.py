import plotly.graph_objects as go

from ganlib.plots import as_is


def test_text_that_looks_like_markup_is_shown_as_it_is():
    assert as_is("a <b>bold</b> 'name' & more") == "a &lt;b&gt;bold&lt;/b&gt; 'name' &amp; more"
    assert go.Scatter(name=as_is("plain")).name == "plain"
