x=1
if(x==1):y=[1,2 ,3]
else :y=( )
f (x) [0] . z
print( x,y , sep = '' )
d = { 'a':1 , **e }
z = x if"a"in d else y
